import Foundation

/// How long the disk takes to say that something is on it: no answer that waits for a write can be faster.
enum DiskSynchronization {
    /// The median time of an `fdatasync` after 4096 bytes were appended to a file, in milliseconds.
    static func median(in folder: URL) throws -> String {
        let descriptor = open(folder.appending(path: "synchronization").path, O_CREAT | O_WRONLY | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        defer { close(descriptor) }
        let page = [UInt8](repeating: 0x55, count: 4_096)
        let clock = ContinuousClock()
        let times = try (0..<200).map { _ in
            try clock.measure {
                guard write(descriptor, page, page.count) == page.count, fdatasync(descriptor) == 0 else {
                    throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
                }
            }
        }
        return String(format: "%.2f", times.sorted()[times.count / 2] / .milliseconds(1))
    }
}
