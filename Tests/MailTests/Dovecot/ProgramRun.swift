import Foundation
import Glibc

/// A program that ends before long, though it may leave a daemon behind.
///
/// Foundation's `Process` would wait for that daemon, too. A daemon also keeps all that it inherits for as long as it
/// lives: other tests' sockets, and the signals that this process blocks, by which it could not be stopped. So it
/// inherits neither.
enum ProgramRun {
    /// Runs a program to its end.
    ///
    /// - Returns: its status, as `waitpid` tells it, or the number of the error that kept it from running.
    static func status(of words: [String]) async -> Int32 {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: run(words)) }
        }
    }

    private static func run(_ words: [String]) -> Int32 {
        var arguments = words.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var files = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        for descriptor: Int32 in 0...2 {
            posix_spawn_file_actions_addopen(&files, descriptor, "/dev/null", O_RDWR, 0)
        }
        // Closing what is not open does no harm here.
        for descriptor: Int32 in 3..<1_024 { posix_spawn_file_actions_addclose(&files, descriptor) }
        var attributes = attributes()
        defer { posix_spawnattr_destroy(&attributes) }
        var (pid, status): (pid_t, Int32) = (0, 0)
        let failure = posix_spawn(&pid, words[0], &files, &attributes, &arguments, environ)
        guard failure == 0 else { return failure }
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        return status
    }

    /// No signal blocked, and none treated as this process treats it.
    private static func attributes() -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        return attributes
    }
}
