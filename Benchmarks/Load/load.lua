-- The load of the benchmarks, for wrk. From the environment:
--   LOAD           what to send: `fixed` (the same request again and again), `code` or `refresh`
--   METHOD, BODY, AUTHORIZATION
--                  the request of `fixed`
--   COOKIE, CLIENT_ID, REDIRECT_URI, SCOPE
--                  who is signed in and has consented, to which public client, and to what, for `code` and `refresh`
-- Prints requests per second, and how many requests failed.

local mode = os.getenv("LOAD")
local redirectURI = os.getenv("REDIRECT_URI") or ""
local client = "client_id=" .. (os.getenv("CLIENT_ID") or "") .. "&redirect_uri=" .. redirectURI

-- RFC 7636 appendix B.
local challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
local verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"

wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"

-- What this thread's answers have brought and no request has used yet.
local codes, refreshTokens = {}, {}

local function post(body)
    return wrk.format("POST", "/token", wrk.headers, body)
end

-- Each connection begins with the code flow. For `refresh` it then goes on from each answer's token to the next.
local function nextStep()
    if mode == "refresh" and #refreshTokens > 0 then
        return post(client .. "&grant_type=refresh_token&refresh_token=" .. table.remove(refreshTokens))
    end
    if #codes > 0 then
        return post(client .. "&grant_type=authorization_code&code_verifier=" .. verifier
            .. "&code=" .. table.remove(codes))
    end
    return wrk.format("GET", "/authorize?" .. client .. "&response_type=code&state=state"
        .. "&scope=" .. os.getenv("SCOPE") .. "&code_challenge=" .. challenge .. "&code_challenge_method=S256",
        { Cookie = os.getenv("COOKIE") })
end

local function keep(_, headers, body)
    local code = (headers["Location"] or ""):match("[?&]code=([^&]*)")
    if code then table.insert(codes, code) end
    local token = body:match('"refresh_token":"([^"]*)"')
    if token then table.insert(refreshTokens, token) end
end

if mode == "fixed" then
    wrk.method = os.getenv("METHOD")
    wrk.body = os.getenv("BODY")
    wrk.headers["Authorization"] = os.getenv("AUTHORIZATION")
else
    request = nextStep
    response = keep
end

function done(summary)
    local errors = summary.errors
    local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
    io.write(string.format("rate %.1f failed %d\n", summary.requests / summary.duration * 1e6, failed))
end
