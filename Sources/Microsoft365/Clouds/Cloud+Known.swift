extension Cloud {
    /// The cloud of most organisations.
    public static let worldwide = make(
        "worldwide", login: ["login.microsoftonline.com", "login.windows.net"], v1Issuer: "sts.windows.net",
        graph: "graph.microsoft.com", outlook: "outlook.office365.com", smtp: "smtp.office365.com")

    /// GCC High, for the government of the United States and those who work for it.
    public static let usGovernment = make(
        "us-government", login: ["login.microsoftonline.us"], v1Issuer: "sts.windows.net", graph: "graph.microsoft.us",
        outlook: "outlook.office365.us", smtp: "smtp.office365.us")

    /// The cloud of the Department of Defense of the United States.
    public static let usGovernmentDoD = make(
        "us-government-dod", login: ["login.microsoftonline.us"], v1Issuer: "sts.windows.net",
        graph: "dod-graph.microsoft.us", outlook: "outlook-dod.office365.us", smtp: "outlook-dod.office365.us")

    /// The cloud in China that 21Vianet operates.
    public static let china = make(
        "china", login: ["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
        v1Issuer: "sts.chinacloudapi.cn", graph: "microsoftgraph.chinacloudapi.cn", outlook: "partner.outlook.cn",
        smtp: "smtp.partner.outlook.cn")

    /// The clouds that Microsoft runs.
    public static let all = [worldwide, usGovernment, usGovernmentDoD, china]

    /// The cloud of this name, in either case.
    public static func named(_ name: String) -> Cloud? { all.first { $0.name == name.lowercased() } }

    private static func make(
        _ name: String, login: [String], v1Issuer: String, graph: String, outlook: String, smtp: String
    ) -> Cloud {
        let base = "https://" + (login.first ?? "")
        var cloud = Cloud(
            name: name, authorityBase: base,
            issuerTemplates: IssuerTemplates(v1: "https://\(v1Issuer)/{tenantid}/", v2: "\(base)/{tenantid}/v2.0"),
            graph: API(resource: "https://" + graph), outlook: API(resource: "https://" + outlook))
        cloud.loginHosts = login
        cloud.imap = MailHost(host: outlook, port: 993)
        cloud.smtp = MailHost(host: smtp, port: 587)
        cloud.pop = MailHost(host: outlook, port: 995)
        return cloud
    }
}
