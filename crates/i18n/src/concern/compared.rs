//! What does not fit: the text with itself, and with what was noted.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "price_differs",
        [
            "The price is another one",
            "The text says {0}, you noted {1}.",
            "Find out which is right before you pay or sign.",
        ],
        [
            "매매대금이 다릅니다",
            "계약서에는 {0}, 입력하신 금액은 {1}입니다.",
            "서명이나 송금 전에 어느 금액이 맞는지 확인하세요.",
        ],
    ),
    (
        "deposit_differs",
        [
            "The deposit is another one",
            "The text says {0}, you noted {1}.",
            "Find out which is right before you pay or sign.",
        ],
        [
            "보증금이 다릅니다",
            "계약서에는 {0}, 입력하신 금액은 {1}입니다.",
            "서명이나 송금 전에 어느 금액이 맞는지 확인하세요.",
        ],
    ),
    (
        "rent_differs",
        [
            "The rent is another one",
            "The text says {0}, you noted {1}.",
            "Find out which is right before you sign.",
        ],
        [
            "월세가 다릅니다",
            "계약서에는 {0}, 입력하신 금액은 {1}입니다.",
            "서명 전에 어느 금액이 맞는지 확인하세요.",
        ],
    ),
    (
        "words_and_digits_differ",
        [
            "An amount in words is not the one in digits",
            "The words say {0}, the digits behind them {1}. In a dispute nobody knows which counts.",
            "Have both written alike.",
        ],
        [
            "한글 금액과 숫자 금액이 다릅니다",
            "한글로는 {0}, 숫자로는 {1}입니다. 다툼이 생기면 어느 쪽이 맞는지 알 수 없습니다.",
            "두 금액을 같게 고쳐 적으세요.",
        ],
    ),
    (
        "parts_do_not_add",
        [
            "The payments do not add up",
            "They make {0}, the whole is {1}.",
            "Have the payments corrected.",
        ],
        [
            "나누어 내는 금액의 합이 맞지 않습니다",
            "합계는 {0}인데 전체 금액은 {1}입니다.",
            "계약금, 중도금, 잔금을 바로잡으세요.",
        ],
    ),
    (
        "contract_date_differs",
        [
            "The day of signing is another one",
            "The text says {0}, you noted {1}.",
            "Correct your note or the text.",
        ],
        [
            "계약일이 다릅니다",
            "계약서에는 {0}, 입력하신 날짜는 {1}입니다.",
            "입력하신 날짜나 계약서를 바로잡으세요.",
        ],
    ),
    (
        "balance_date_differs",
        [
            "The last payment is on another day",
            "The text says {0}, you noted {1}.",
            "Correct your note or the text: being late costs interest.",
        ],
        [
            "잔금일이 다릅니다",
            "계약서에는 {0}, 입력하신 날짜는 {1}입니다.",
            "늦으면 이자가 붙을 수 있으니 날짜를 바로잡으세요.",
        ],
    ),
    (
        "move_in_date_differs",
        [
            "The handover is on another day",
            "The text says {0}, you noted {1}.",
            "Correct your note or the text.",
        ],
        [
            "입주일이 다릅니다",
            "계약서에는 {0}, 입력하신 날짜는 {1}입니다.",
            "입력하신 날짜나 계약서를 바로잡으세요.",
        ],
    ),
    (
        "dates_out_of_order",
        [
            "Days in the wrong order",
            "{0} should come after {1}.",
            "Have the days corrected.",
        ],
        [
            "날짜의 순서가 맞지 않습니다",
            "{0}은(는) {1} 다음이어야 합니다.",
            "날짜를 바로잡으세요.",
        ],
    ),
    (
        "counterparty_differs",
        [
            "The other side is somebody else",
            "The text names {0}, you noted {1}.",
            "Compare the name with the register extract and an identity card.",
        ],
        [
            "상대방의 이름이 다릅니다",
            "계약서에는 {0}, 입력하신 이름은 {1}입니다.",
            "등기사항증명서와 신분증의 이름을 대조하세요.",
        ],
    ),
    (
        "owner_differs",
        [
            "Who signs is not the owner",
            "The text tells of another owner: {0}. Only the owner, or who holds a power of attorney, can let or sell.",
            "Do not pay before the owner signs or a power of attorney with a seal certificate is there.",
        ],
        [
            "계약하는 사람이 소유자가 아닙니다",
            "계약서에 소유자가 다른 사람으로 나타납니다: {0}. 소유자나 위임받은 사람만 임대하거나 팔 수 있습니다.",
            "소유자가 직접 서명하거나 위임장과 인감증명서를 확인하기 전에는 돈을 보내지 마세요.",
        ],
    ),
    (
        "account_of_another",
        [
            "Money goes to somebody else's account",
            "The account is not in the name of the landlord or seller: {0}.",
            "Pay to an account of the registered owner only.",
        ],
        [
            "다른 사람 계좌로 돈을 보냅니다",
            "임대인이나 매도인 명의의 계좌가 아닙니다: {0}.",
            "등기부상 소유자 명의의 계좌로만 보내세요.",
        ],
    ),
];
