//! The mails: one row each. `{name}` is what the person is called, `{token}` the one-time token, `{link}` the page that takes it. The
//! HTML is made from the same text; a paragraph that is `{link}` alone becomes a button.

/// One mail in both languages.
pub(crate) struct Mail {
    /// The name under which rows of the outbox ask for it.
    pub template: &'static str,
    /// The page of the application that takes the token, for `{link}`; empty where there is none.
    pub page: &'static str,
    /// Minutes after which what it says is not true any more: it is not sent after that.
    pub minutes: u32,
    /// Subject and text.
    pub english: (&'static str, &'static str),
    /// Subject and text.
    pub korean: (&'static str, &'static str),
}

/// A day: after that nobody cares for a notice, and providers forget which mails they have sent (`components/mailer-http`).
const NOTICE: u32 = 24 * 60;

pub(crate) const MAILS: &[Mail] = &[
    Mail {
        template: "verify_email",
        page: "/verify-email",
        minutes: 24 * 60,
        english: (
            "Confirm your address",
            "Hello {name},\n\nconfirm your address within 24 hours with this link:\n\n{link}\n\nOr enter this code:\n\n{token}\n\nIf you did not register, ignore this mail.\n",
        ),
        korean: (
            "이메일 주소를 인증해 주세요",
            "{name}님, 안녕하세요.\n\n24시간 안에 아래 링크에서 이메일 주소를 인증해 주세요.\n\n{link}\n\n또는 아래 코드를 입력해 주세요.\n\n{token}\n\n가입하신 적이 없다면 이 메일을 무시하셔도 됩니다.\n",
        ),
    },
    Mail {
        template: "already_registered",
        page: "/sign-in",
        minutes: NOTICE,
        english: (
            "You already have an account",
            "Hello,\n\nsomebody tried to register with your address. You already have an account: sign in, or reset your password if you have forgotten it.\n\n{link}\n",
        ),
        korean: (
            "이미 가입된 계정이 있습니다",
            "안녕하세요.\n\n회원님의 이메일로 가입이 시도되었습니다. 이미 계정이 있으니 로그인하시거나, 비밀번호를 잊으셨다면 재설정해 주세요.\n\n{link}\n",
        ),
    },
    Mail {
        template: "interest_accepted_owner",
        page: "/signals",
        minutes: NOTICE,
        english: (
            "You accepted an interest",
            "Hello {name},\n\nyou accepted an interest in your signal. You and the person who wrote to you now see each other's contact details:\n\n{link}\n",
        ),
        korean: (
            "관심 요청을 수락하셨습니다",
            "{name}님, 안녕하세요.\n\n회원님의 시그널에 대한 관심 요청을 수락하셨습니다. 이제 두 분 모두 서로의 연락처를 확인하실 수 있습니다.\n\n{link}\n",
        ),
    },
    Mail {
        template: "interest_accepted_author",
        page: "/signals",
        minutes: NOTICE,
        english: (
            "Your interest was accepted",
            "Hello {name},\n\nthe owner of a signal accepted your interest. You now see each other's contact details:\n\n{link}\n",
        ),
        korean: (
            "관심 요청이 수락되었습니다",
            "{name}님, 안녕하세요.\n\n시그널 소유자가 회원님의 관심 요청을 수락했습니다. 이제 두 분 모두 서로의 연락처를 확인하실 수 있습니다.\n\n{link}\n",
        ),
    },
    Mail {
        template: "prove_address",
        // The text has no link: the code belongs where the sign-in was begun, which may be another device.
        page: "/sign-in",
        minutes: 60,
        english: (
            "Finish your sign-in",
            "Hello {name},\n\nenter this code within an hour, where you began to sign in:\n\n{token}\n\nIf that was not you, ignore this mail and give the code to nobody.\n",
        ),
        korean: (
            "로그인을 완료해 주세요",
            "{name}님, 안녕하세요.\n\n로그인을 시작하신 화면에 1시간 안에 아래 코드를 입력해 주세요.\n\n{token}\n\n본인이 아니라면 이 메일을 무시하시고 코드를 누구에게도 알려 주지 마세요.\n",
        ),
    },
    Mail {
        template: "provider_linked",
        page: "/sign-in",
        minutes: NOTICE,
        english: (
            "A new way to sign in to your account",
            "Hello {name},\n\nsomebody signed in with your address by another service, and your account now accepts that too. To be safe, every earlier sign-in was ended, and a password that was not set from this mailbox was removed. Set a new one with \"forgot password\":\n\n{link}\n",
        ),
        korean: (
            "계정에 새로운 로그인 방법이 연결되었습니다",
            "{name}님, 안녕하세요.\n\n다른 서비스를 통해 회원님의 이메일로 로그인되어 계정에 연결되었습니다. 안전을 위해 이전 로그인은 모두 종료되었고, 이메일을 통해 설정하지 않은 비밀번호는 삭제되었습니다. '비밀번호 찾기'로 새로 설정해 주세요.\n\n{link}\n",
        ),
    },
    Mail {
        template: "reset_password",
        page: "/reset-password",
        minutes: 15,
        english: (
            "Reset your password",
            "Hello {name},\n\nset a new password within 15 minutes with this link:\n\n{link}\n\nOr enter this code:\n\n{token}\n\nIf you did not ask for this, ignore this mail: your password stays as it is.\n",
        ),
        korean: (
            "비밀번호를 재설정해 주세요",
            "{name}님, 안녕하세요.\n\n15분 안에 아래 링크에서 새 비밀번호를 설정해 주세요.\n\n{link}\n\n또는 아래 코드를 입력해 주세요.\n\n{token}\n\n요청하신 적이 없다면 이 메일을 무시하셔도 됩니다. 비밀번호는 그대로 유지됩니다.\n",
        ),
    },
    Mail {
        template: "password_changed",
        page: "/sign-in",
        minutes: NOTICE,
        english: (
            "Your password was changed",
            "Hello {name},\n\nthe password of your account was changed, and other devices were signed out. If that was not you, reset your password now.\n\n{link}\n",
        ),
        korean: (
            "비밀번호가 변경되었습니다",
            "{name}님, 안녕하세요.\n\n회원님의 비밀번호가 변경되었고 다른 기기에서는 로그아웃되었습니다. 본인이 변경하지 않았다면 지금 바로 비밀번호를 재설정해 주세요.\n\n{link}\n",
        ),
    },
    Mail {
        template: "lockout",
        page: "/sign-in",
        minutes: NOTICE,
        english: (
            "Sign-ins to your account were blocked",
            "Hello {name},\n\nsomebody entered a wrong password for your account too often. For an hour we refuse attempts from where they came. Devices on which you are signed in are not affected. If it was not you, choose a new password; if you have forgotten yours, reset it.\n\n{link}\n",
        ),
        korean: (
            "로그인 시도가 차단되었습니다",
            "{name}님, 안녕하세요.\n\n회원님의 계정에 잘못된 비밀번호가 여러 번 입력되어, 해당 위치에서의 로그인 시도를 한 시간 동안 차단합니다. 이미 로그인된 기기는 계속 사용하실 수 있습니다. 본인이 아니라면 비밀번호를 변경해 주시고, 비밀번호를 잊으셨다면 재설정해 주세요.\n\n{link}\n",
        ),
    },
];
