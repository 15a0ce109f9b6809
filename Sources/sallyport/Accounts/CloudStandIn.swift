struct Cloud: Codable, Hashable, Sendable { var name: String; var authorityBase = "", graphBase = "", outlookBase = "", graphResource = "", outlookResource = "" }
