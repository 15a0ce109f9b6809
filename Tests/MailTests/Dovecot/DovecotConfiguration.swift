import Foundation
import Glibc

/// What Dovecot is told.
enum DovecotConfiguration {
    /// Whom its processes belong to: others than root's where it is started by root, else all of them are one person's.
    private struct Owners {
        var login = "dovenull"
        var daemon = "dovecot"
        var group = "dovecot"
        var mail = "nobody"
    }

    private static var owners: Owners {
        guard geteuid() != 0 else { return Owners() }
        let name = NSUserName()
        return Owners(login: name, daemon: name, group: String(getgid()), mail: name)
    }

    static func text(_ folder: String, port: Int, tlsPort: Int) -> String {
        let owners = owners
        return """
            protocols = imap
            listen = 127.0.0.1
            ssl = yes
            ssl_cert = <\(folder)/server.pem
            ssl_key = <\(folder)/server.key.pem
            auth_mechanisms = xoauth2 oauthbearer
            base_dir = \(folder)/run
            state_dir = \(folder)/run
            log_path = \(folder)/dovecot.log
            default_login_user = \(owners.login)
            default_internal_user = \(owners.daemon)
            default_internal_group = \(owners.group)
            mail_location = maildir:\(folder)/mail/%u
            mail_attachment_detection_options =
            first_valid_uid = 1
            auth_failure_delay = 0 secs
            service imap-login {
              chroot =
              inet_listener imap {
                port = \(port)
              }
              inet_listener imaps {
                port = \(tlsPort)
                ssl = yes
              }
            }
            service anvil {
              chroot =
              unix_listener anvil-auth-penalty {
                mode = 0
              }
            }
            service stats {
              chroot =
            }
            passdb {
              driver = oauth2
              mechanisms = xoauth2 oauthbearer
              args = \(folder)/oauth2.conf
            }
            userdb {
              driver = static
              args = uid=\(owners.mail) gid=\(mailGroup(owners.mail)) home=\(folder)/mail/%u
            }
            namespace inbox {
              inbox = yes
              separator = /
            }
            protocol imap {
              mail_plugins = zlib imap_zlib
            }

            """
    }

    private static func mailGroup(_ user: String) -> String { geteuid() == 0 ? "nogroup" : String(getgid()) }

    /// Tokens are checked by the key in a file, without a word to anybody.
    static func tokens(_ folder: String) -> String {
        """
        introspection_mode = local
        local_validation_key_dict = fs:posix:prefix=\(folder)/keys/
        issuers = https://issuer.example
        username_attribute = upn
        scope = mail

        """
    }
}
