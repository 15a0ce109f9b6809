/// The checks that a stranger's RSA public key must pass.
enum RSAKeyStrength {
    /// The moduli that are accepted, in bits: below, factoring is in reach (RFC 7518 §3.3); above, verifying is a way
    /// to keep us busy.
    static let modulusBits = 2048...8192

    /// Checks numbers in big-endian order without leading zeros.
    static func check(modulus: [UInt8], exponent: [UInt8]) throws(JOSEError) {
        let bits = modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0)
        guard modulusBits.contains(bits) else { throw .modulusLength(bits: bits) }
        guard let last = modulus.last, last & 1 == 1 else { throw .keyMember("n") }
        guard exponent.count <= 4 else { throw .publicExponent }
        let value = exponent.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        // With 1 every text is its own signature.
        guard value >= 3, value & 1 == 1 else { throw .publicExponent }
        guard !hasROCAFingerprint(modulus) else { throw .vulnerableKey }
    }

    /// Small primes for which the powers of 65537 are a true subgroup.
    private static let fingerprintPrimes: [UInt32] = [
        11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157,
    ]

    /// Whether the modulus is a power of 65537 modulo every one of these primes, as those of the weak generator are
    /// (Nemec et al., "The Return of Coppersmith's Attack", 2017, §3). A sound key is by chance once in 2²⁷.
    private static func hasROCAFingerprint(_ modulus: [UInt8]) -> Bool {
        fingerprintPrimes.allSatisfy { prime in
            let residue = modulus.reduce(UInt32(0)) { ($0 << 8 | UInt32($1)) % prime }
            var power: UInt32 = 1
            repeat {
                if power == residue { return true }
                power = power * 65_537 % prime
            } while power != 1
            return false
        }
    }
}
