//! What a contract should say and does not.

use crate::Entries;

pub(super) const ROWS: Entries = &[
    (
        "no_deposit_return",
        "Nothing says that the deposit comes back when the lease ends and the home is handed over.",
        "임대차가 끝나고 집을 인도하면 보증금을 돌려준다는 조항이 없습니다.",
    ),
    (
        "no_handover_date",
        "Nothing says when the property is handed over.",
        "부동산을 언제 인도하는지 적혀 있지 않습니다.",
    ),
    (
        "no_special_terms",
        "There are no special terms: what was agreed by word of mouth does not count.",
        "특약사항이 없습니다. 말로만 약속한 내용은 인정받기 어렵습니다.",
    ),
    (
        "no_termination",
        "Nothing says how the contract can be ended early.",
        "계약을 해제하거나 해지하는 조항이 없습니다.",
    ),
    (
        "no_penalty",
        "Nothing says what a breach costs.",
        "계약을 어겼을 때의 위약금이나 손해배상 조항이 없습니다.",
    ),
    (
        "no_tax_arrears",
        "Nothing says that the landlord owes no taxes. Taxes come before the deposit.",
        "임대인의 국세·지방세 체납이 없다는 확인이 없습니다. 체납 세금은 보증금보다 먼저 배당될 수 있습니다.",
    ),
    (
        "no_new_debts_promise",
        "The landlord does not promise to take up no mortgage before the tenant has priority (the day after moving in).",
        "전입신고 다음 날까지 근저당권 등을 설정하지 않는다는 약속이 없습니다.",
    ),
    (
        "no_ownership_transfer",
        "Nothing says when the documents for the transfer of ownership are handed over.",
        "소유권 이전에 필요한 서류를 언제 넘기는지 적혀 있지 않습니다.",
    ),
    (
        "no_rights_cleared",
        "The seller does not promise a property free of mortgages and other rights.",
        "근저당권 등 제한을 없애고 소유권을 넘긴다는 약속이 없습니다.",
    ),
    (
        "no_broker",
        "No licensed broker is named: nobody has checked the property or is liable for it.",
        "공인중개사가 적혀 있지 않습니다. 중개대상물을 확인하고 책임질 사람이 없습니다.",
    ),
    (
        "no_repair_clause",
        "Nothing says who repairs what.",
        "수리를 누가 하는지 적혀 있지 않습니다.",
    ),
];
