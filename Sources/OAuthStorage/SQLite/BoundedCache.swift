/// A dictionary that holds so many entries and forgets those that were not used for longest, roughly: it keeps two
/// generations, and drops the older one when the younger is full.
struct BoundedCache<Key: Hashable, Value> {
    private var young: [Key: Value] = [:]
    private var old: [Key: Value] = [:]
    private let generationSize: Int

    /// - Parameter capacity: the most entries, 2 or more.
    init(capacity: Int) { generationSize = max(1, capacity / 2) }

    /// An entry, which counts as used now.
    mutating func value(_ key: Key) -> Value? {
        if let value = young[key] { return value }
        guard let value = old.removeValue(forKey: key) else { return nil }
        keep(value, for: key)
        return value
    }

    mutating func keep(_ value: Value, for key: Key) {
        if young.count >= generationSize, young[key] == nil {
            old = young
            young = [:]
            young.reserveCapacity(generationSize)
        }
        young[key] = value
        old[key] = nil
    }

    mutating func forget(_ key: Key) {
        young[key] = nil
        old[key] = nil
    }
}
