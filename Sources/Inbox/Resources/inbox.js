// Refreshes the list of messages. It asks this site alone, with the cookie that the page has; there is no token here.
(() => {
  "use strict";
  const list = document.getElementById("messages");
  const address = list?.dataset.refresh;
  if (!address) return;
  const button = document.getElementById("refresh");
  const status = document.getElementById("list-status");
  const empty = document.getElementById("no-messages");
  const older = document.getElementById("older");
  const template = document.getElementById("message-row");
  const shortest = 60_000;
  let wait = shortest;
  let timer;
  let isAsking = false;
  let isDue = false;

  const row = (message) => {
    const item = template.content.firstElementChild.cloneNode(true);
    const link = item.querySelector("a");
    const sender = item.querySelector("bdi");
    const time = item.querySelector("time");
    item.dataset.id = message.id;
    item.classList.toggle("unread", message.unread);
    link.textContent = message.subject;
    link.href = message.url;
    sender.textContent = message.sender;
    if (message.address) sender.title = message.address;
    time.textContent = message.received;
    if (message.received_at) time.dateTime = message.received_at;
    item.querySelector(".mark-unread").hidden = !message.unread;
    item.querySelector(".mark-attachment").hidden = !message.attachments;
    return item;
  };

  const show = (answer) => {
    // Whoever stands on a message with the keyboard goes on standing there.
    const focused = list.contains(document.activeElement) && document.activeElement.closest(".message")?.dataset.id;
    list.replaceChildren(...answer.messages.map(row));
    list.hidden = answer.messages.length === 0;
    empty.hidden = !list.hidden;
    older.hidden = !answer.older;
    if (answer.older) older.href = answer.older;
    if (focused) [...list.children].find((item) => item.dataset.id === focused)?.querySelector("a").focus();
  };

  const say = (text) => {
    status.hidden = !text;
    status.classList.toggle("warning", Boolean(text));
    status.textContent = text;
  };

  const refresh = async () => {
    if (isAsking) return;
    isAsking = true;
    clearTimeout(timer);
    button.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { headers: { Accept: "application/json" }, cache: "no-store" });
      const answer = await response.json();
      if (response.ok) {
        show(answer);
        say("");
        wait = shortest;
      } else {
        say(answer.message);
        const seconds = Number(response.headers.get("Retry-After")) || 0;
        wait = Math.max(wait * 2, seconds * 1000);
      }
    } catch {
      // The page stays as it is; the next attempt comes later.
      wait = Math.min(wait * 2, 900_000);
    }
    button.removeAttribute("aria-busy");
    isAsking = false;
    timer = setTimeout(tick, Math.min(wait, 3_600_000));
  };

  // A page that nobody sees asks for nothing until it is seen again.
  const tick = () => {
    isDue = document.hidden;
    if (!isDue) refresh();
  };
  document.addEventListener("visibilitychange", () => { if (isDue && !document.hidden) tick(); });
  button.addEventListener("click", (event) => { event.preventDefault(); refresh(); });
  timer = setTimeout(tick, wait);
})();
