extension IMAPSession {
    /// Submits a command. It is sent as soon as that is safe, in the order of submission; its answer comes as
    /// `IMAPEvent.completed`.
    ///
    /// - Throws: `IMAPCommandError` for what cannot be sent; nothing happens then.
    public mutating func submit(
        _ command: IMAPCommand, _ pipelining: IMAPPipelining = .whenSafe
    ) throws(IMAPCommandError) -> Submission { throw .closed }

    /// Takes what arrived, in pieces of any size, after TLS and compression have been removed.
    public mutating func receive(_ bytes: [UInt8]) -> [IMAPAction] { receive(bytes.span.bytes) }

    /// Takes what arrived, in pieces of any size, after TLS and compression have been removed.
    public mutating func receive(_ bytes: RawSpan) -> [IMAPAction] { [] }

    /// Says that TLS is established, after `IMAPAction.startTLS`.
    public mutating func tlsStarted() -> [IMAPAction] { [] }

    /// Ends `IDLE`, if it has begun or is about to; nothing happens otherwise.
    public mutating func endIdle() -> [IMAPAction] { [] }

    /// Says that the connection has ended.
    public mutating func receiveEnd() -> [IMAPAction] { [] }

    /// The commands whose answers have not come, in the order of submission.
    public var pending: [IMAPCommandID] { [] }
}
