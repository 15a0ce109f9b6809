extension CompactJWS {
    /// Signs a payload.
    ///
    /// - Parameters:
    ///   - header: further parameters, such as `typ`. `alg` is the key's and need not be given; `kid` is the key's
    ///     unless it is given, and `null` leaves it out.
    /// - Throws: ``JOSEError/headerParameter(_:)`` where `alg` is another algorithm's, ``JOSEError/criticalHeader`` and
    ///   ``JOSEError/refusedHeaderParameter(_:)`` for what this type would not read, ``JOSEError/signingFailed``.
    public static func sign(
        payload: [UInt8], header: JSONObject = [:], with key: SigningKey
    ) throws(JOSEError) -> String {
        var text = try signingInput(payload, header, algorithm: key.algorithm, keyID: key.keyID)
        append(try key.signature(for: text), to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    /// Authenticates a payload with a shared key (`client_secret_jwt`, OpenID Connect Core §9).
    ///
    /// - Parameter header: as for a signing key.
    /// - Throws: ``JOSEError/headerParameter(_:)`` where `alg` is another algorithm's, ``JOSEError/criticalHeader`` and
    ///   ``JOSEError/refusedHeaderParameter(_:)`` for what this type would not read.
    public static func sign(
        payload: [UInt8], header: JSONObject = [:], with key: HMACKey
    ) throws(JOSEError) -> String {
        var text = try signingInput(payload, header, algorithm: key.algorithm, keyID: key.keyID)
        append(key.code(for: text), to: &text)
        return String(decoding: text, as: UTF8.self)
    }

    private static func signingInput(
        _ payload: [UInt8], _ header: JSONObject, algorithm: JWSAlgorithm, keyID: String?
    ) throws(JOSEError) -> [UInt8] {
        var parameters: JSONObject = ["alg": .string(algorithm.rawValue)]
        if let keyID { parameters["kid"] = .string(keyID) }
        for (name, value) in header.members {
            if name == "alg", value.string != algorithm.rawValue { throw .headerParameter(name) }
            parameters[name] = name == "kid" && value == .null ? nil : value
        }
        _ = try JWSHeader(parameters)
        var text = Array(Base64URL.encode(parameters.encoded()).utf8)
        text.reserveCapacity(text.count + payload.count * 4 / 3 + 800)
        append(payload, to: &text)
        return text
    }

    private static func append(_ part: [UInt8], to text: inout [UInt8]) {
        text.append(UInt8(ascii: "."))
        text.append(contentsOf: Base64URL.encode(part).utf8)
    }
}
