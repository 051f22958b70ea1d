//! The sentences: code, English, Korean.

pub(crate) const PROBLEMS: &[(&str, &str, &str)] = &[
    (
        "malformed_json",
        "The body is not valid JSON.",
        "요청 본문이 올바른 JSON이 아닙니다.",
    ),
    (
        "unknown_field",
        "The body has a field that this request does not know.",
        "요청 본문에 알 수 없는 필드가 있습니다.",
    ),
    (
        "duplicate_field",
        "The body has the same field twice.",
        "요청 본문에 같은 필드가 두 번 있습니다.",
    ),
    (
        "wrong_type",
        "A field of the body has the wrong type.",
        "요청 본문의 필드 형식이 맞지 않습니다.",
    ),
    (
        "nested_too_deeply",
        "The body nests deeper than any request needs.",
        "요청 본문의 중첩이 너무 깊습니다.",
    ),
    (
        "control_character",
        "A query parameter holds a control character.",
        "쿼리 매개변수에 제어 문자가 있습니다.",
    ),
    (
        "forbidden_step",
        "Its state does not allow this.",
        "현재 상태에서는 할 수 없는 작업입니다.",
    ),
    (
        "too_many",
        "There are as many of these as there can be.",
        "더 이상 추가할 수 없습니다.",
    ),
    (
        "outdated_order",
        "The order does not name each task once. Read the list again.",
        "순서에 모든 할 일이 한 번씩 포함되어야 합니다. 목록을 다시 불러와 주세요.",
    ),
    (
        "own_signal",
        "This is your own signal.",
        "본인이 등록한 매물에는 관심을 표시할 수 없습니다.",
    ),
    (
        "document_missing",
        "The contract has no text yet. Add its text first.",
        "계약서 본문이 없습니다. 먼저 본문을 등록해 주세요.",
    ),
    (
        "already_decided",
        "This has been decided already, or the signal is not open any more.",
        "이미 결정되었거나 더 이상 진행 중인 매물이 아닙니다.",
    ),
    (
        "request_in_progress",
        "The same request is running just now. Try again in a moment.",
        "같은 요청을 처리하고 있습니다. 잠시 후 다시 시도해 주세요.",
    ),
    (
        "invalid_idempotency_key",
        "The idempotency key must be 1 to 255 visible characters.",
        "멱등 키는 1~255자의 출력 가능한 문자여야 합니다.",
    ),
    (
        "idempotency_key_reused",
        "This idempotency key was used for another request.",
        "이 멱등 키는 다른 요청에 이미 사용되었습니다.",
    ),
    (
        "invalid_query",
        "A query parameter is unknown or malformed.",
        "쿼리 매개변수를 알 수 없거나 형식이 맞지 않습니다.",
    ),
    (
        "invalid_cursor",
        "This cursor is not one that we gave out. Start again without it.",
        "유효하지 않은 커서입니다. 커서 없이 다시 시작해 주세요.",
    ),
    (
        "token_in_url",
        "A token must never stand in a URL. Send it in the body.",
        "토큰은 URL에 넣을 수 없습니다. 본문으로 보내 주세요.",
    ),
    (
        "invalid_one_time_token",
        "This link has been used or has run out. Ask for a new one.",
        "이미 사용했거나 만료된 링크입니다. 새로 요청해 주세요.",
    ),
    (
        "invalid_sign_in_state",
        "This sign-in was not begun in this browser, or it took too long. Start again.",
        "이 브라우저에서 시작한 로그인이 아니거나 시간이 초과되었습니다. 다시 시작해 주세요.",
    ),
    (
        "invalid_sign_in_code",
        "This sign-in has already been finished, or it took too long. Start again.",
        "이미 완료되었거나 시간이 초과된 로그인입니다. 다시 시작해 주세요.",
    ),
    (
        "consent_denied",
        "You did not agree to the sign-in.",
        "로그인 동의가 취소되었습니다.",
    ),
    (
        "provider_address_missing",
        "The provider did not tell your mail address. Agree to share it, or register with it here.",
        "이메일 주소를 받지 못했습니다. 이메일 제공에 동의하시거나 이메일로 가입해 주세요.",
    ),
    (
        "provider_answer_invalid",
        "The provider's answer could not be accepted. Try again.",
        "소셜 로그인 응답을 처리할 수 없습니다. 다시 시도해 주세요.",
    ),
    (
        "provider_unavailable",
        "The provider cannot be reached right now. Try again in a moment.",
        "지금은 소셜 로그인 서비스에 연결할 수 없습니다. 잠시 후 다시 시도해 주세요.",
    ),
    (
        "no_refresh_token",
        "The provider lets us ask no further. Sign in with it again.",
        "더 이상 갱신할 수 없습니다. 해당 서비스로 다시 로그인해 주세요.",
    ),
    (
        "last_way_in",
        "This is your only way to sign in. Set a password or connect another service first.",
        "유일한 로그인 수단입니다. 먼저 비밀번호를 설정하거나 다른 서비스를 연결해 주세요.",
    ),
    (
        "authentication_required",
        "Sign in first.",
        "먼저 로그인해 주세요.",
    ),
    (
        "invalid_token",
        "Your sign-in is not valid any more. Sign in again.",
        "로그인 정보가 더 이상 유효하지 않습니다. 다시 로그인해 주세요.",
    ),
    (
        "invalid_credentials",
        "The address or the password is wrong, or the address is not verified yet.",
        "이메일 또는 비밀번호가 올바르지 않거나 이메일 인증이 끝나지 않았습니다.",
    ),
    (
        "invalid_refresh_token",
        "Your session has ended. Sign in again.",
        "세션이 종료되었습니다. 다시 로그인해 주세요.",
    ),
    (
        "forbidden",
        "You are not allowed to do this.",
        "이 작업을 할 권한이 없습니다.",
    ),
    (
        "fresh_sign_in_required",
        "This cannot be undone. Sign in again and do it within ten minutes.",
        "되돌릴 수 없는 작업입니다. 다시 로그인한 뒤 10분 안에 진행해 주세요.",
    ),
    (
        "already_exists",
        "This exists already, and there can be only one.",
        "이미 등록되어 있습니다. 하나만 등록할 수 있습니다.",
    ),
    (
        "precondition_failed",
        "Somebody has changed this in the meantime. Read it again before you change it.",
        "그 사이에 내용이 변경되었습니다. 다시 조회한 뒤 수정해 주세요.",
    ),
    (
        "wrong_password",
        "Your present password is not right.",
        "현재 비밀번호가 올바르지 않습니다.",
    ),
    (
        "not_found",
        "There is nothing here.",
        "요청하신 항목을 찾을 수 없습니다.",
    ),
    (
        "method_not_allowed",
        "This address does not take that method.",
        "이 주소에서는 해당 메서드를 사용할 수 없습니다.",
    ),
    (
        "body_too_large",
        "The body is larger than 1 MiB.",
        "요청 본문이 1MiB보다 큽니다.",
    ),
    (
        "body_unreadable",
        "The body could not be read to its end.",
        "요청 본문을 끝까지 읽지 못했습니다.",
    ),
    (
        "unsupported_media_type",
        "Send the body as `application/json`.",
        "본문은 `application/json` 형식으로 보내 주세요.",
    ),
    (
        "validation_failed",
        "Some fields cannot be accepted.",
        "일부 항목을 확인해 주세요.",
    ),
    (
        "quota_exceeded",
        "Too many requests. Wait a moment and try again.",
        "요청이 너무 많습니다. 잠시 후 다시 시도해 주세요.",
    ),
    (
        "busy",
        "Too many people are signing in at this moment. Try again in a second.",
        "지금 로그인 요청이 몰리고 있습니다. 잠시 후 다시 시도해 주세요.",
    ),
    (
        "internal_error",
        "Something went wrong on our side. It has been logged.",
        "서버에 문제가 발생했습니다. 기록을 남겼습니다.",
    ),
    (
        "configuration_invalid",
        "The service is not configured correctly. Its log says what is wrong.",
        "서비스 설정이 올바르지 않습니다. 로그를 확인해 주세요.",
    ),
    (
        "database_unavailable",
        "The service cannot reach its data right now. Try again in a moment.",
        "지금은 데이터에 접근할 수 없습니다. 잠시 후 다시 시도해 주세요.",
    ),
    (
        "store_unavailable",
        "The service cannot check your sign-in right now. Try again in a moment.",
        "지금은 로그인 상태를 확인할 수 없습니다. 잠시 후 다시 시도해 주세요.",
    ),
];

pub(crate) const FIELDS: &[(&str, &str, &str)] = &[
    ("required", "is required", "필수 항목입니다"),
    (
        "not_allowed",
        "must not be given here",
        "이 경우에는 입력할 수 없습니다",
    ),
    ("too_short", "is too short", "너무 짧습니다"),
    ("too_long", "is too long", "너무 깁니다"),
    (
        "invalid_format",
        "does not have the right form",
        "형식이 올바르지 않습니다",
    ),
    (
        "unknown_value",
        "is not one of the known values",
        "알 수 없는 값입니다",
    ),
    (
        "out_of_range",
        "is too small or too large",
        "허용 범위를 벗어났습니다",
    ),
    ("in_the_past", "lies in the past", "이미 지난 시각입니다"),
    (
        "before_other",
        "comes before a date that it has to follow",
        "앞서야 할 날짜보다 이릅니다",
    ),
    (
        "too_weak",
        "needs an upper-case letter, a lower-case letter, a digit and a special character",
        "대문자, 소문자, 숫자, 특수문자를 모두 포함해야 합니다",
    ),
    (
        "contains_personal_data",
        "repeats your address or your name",
        "이메일이나 이름을 포함할 수 없습니다",
    ),
    ("too_common", "is used by many people", "너무 흔한 비밀번호입니다"),
];
