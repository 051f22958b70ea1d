//! What is risky when it stands there.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "agent_without_proxy",
        [
            "An agent without proof",
            "Somebody signs for another (“{0}”), and no power of attorney is attached.",
            "Ask for a power of attorney with the owner's seal certificate, and call the owner.",
        ],
        [
            "위임 확인이 없는 대리 계약",
            "다른 사람이 대신 계약합니다(“{0}”). 위임장을 확인했다는 내용이 없습니다.",
            "위임장과 인감증명서를 받고, 소유자와 직접 통화해 확인하세요.",
        ],
    ),
    (
        "debts_remain",
        [
            "A mortgage stays",
            "“{0}”: what is registered before you is paid before you, and nobody promises that it goes.",
            "Agree that it is paid off and struck from the register with the last payment.",
        ],
        [
            "근저당권 등이 남습니다",
            "“{0}”: 먼저 등기된 권리는 먼저 변제받는데, 말소한다는 약속이 없습니다.",
            "잔금과 동시에 상환하고 말소한다는 특약을 넣으세요.",
        ],
    ),
    (
        "debts_above_value",
        [
            "Debts are too high",
            "Debts of {0} stand against {1}. In an auction little may be left.",
            "Ask for the register extract and the other tenants' deposits; do without a deposit guarantee only if you can lose the money.",
        ],
        [
            "빚이 너무 많습니다",
            "채무 {0}이(가) {1}에 비해 큽니다. 경매로 넘어가면 돌려받기 어렵습니다.",
            "등기사항증명서와 선순위 보증금을 확인하고, 전세보증금 반환보증 가입이 되는지 먼저 확인하세요.",
        ],
    ),
    (
        "deposit_near_price",
        [
            "The deposit is a large share of the price",
            "The deposit is {0}, the property is worth {1}.",
            "Have the deposit insured, or agree on a lower one with rent.",
        ],
        [
            "보증금이 집값에 가깝습니다",
            "보증금은 {0}, 시세는 {1}입니다.",
            "반환보증에 가입하거나 보증금을 낮추고 일부를 월세로 바꾸세요.",
        ],
    ),
    (
        "new_debts_allowed",
        [
            "New debts may come before you",
            "“{0}”: what the owner borrows may come before your deposit.",
            "Strike this, and agree that nothing is registered before the day after you have moved in.",
        ],
        [
            "새 근저당권이 보증금보다 앞설 수 있습니다",
            "“{0}”: 임대인의 새 대출이 보증금보다 우선할 수 있습니다.",
            "이 조항을 지우고, 전입신고 다음 날까지 권리를 설정하지 않는다는 특약을 넣으세요.",
        ],
    ),
    (
        "penalty_too_high",
        [
            "An unusually high penalty",
            "“{0}” is more than the tenth of the whole, or the interest, that is usual.",
            "Agree on at most a tenth, the same for both sides.",
        ],
        [
            "위약금이 지나치게 높습니다",
            "“{0}”: 통상의 10%나 일반적인 지연이자를 넘습니다.",
            "양쪽 모두 10% 이하로 정하세요.",
        ],
    ),
    (
        "penalty_one_sided",
        [
            "Only one side is liable",
            "“{0}”: the other side owes nothing for a breach.",
            "Agree on the same for both sides.",
        ],
        [
            "한쪽만 책임을 집니다",
            "“{0}”: 상대방은 계약을 어겨도 책임이 없습니다.",
            "양쪽에 같은 책임을 정하세요.",
        ],
    ),
    (
        "down_payment_forfeit",
        [
            "Money is lost without your fault",
            "“{0}”: you lose what you paid even if you are not to blame.",
            "Agree that it comes back if a loan is refused or the other side is the cause.",
        ],
        [
            "잘못이 없어도 돈을 잃습니다",
            "“{0}”: 책임이 없어도 낸 돈을 돌려받지 못합니다.",
            "대출이 거절되거나 상대방 사정이면 돌려받는다는 특약을 넣으세요.",
        ],
    ),
    (
        "priority_waived",
        [
            "Your deposit loses its priority",
            "“{0}”: without moving in, report and fixed date the deposit is not protected (Housing Lease Protection Act, articles 3 and 3-2).",
            "Do not agree. Report your move and get the fixed date on the day you move in.",
        ],
        [
            "보증금 보호를 잃습니다",
            "“{0}”: 전입신고와 확정일자가 없으면 보증금이 보호되지 않습니다(주택임대차보호법 제3조, 제3조의2).",
            "동의하지 마세요. 입주한 날 바로 전입신고를 하고 확정일자를 받으세요.",
        ],
    ),
    (
        "renewal_waived",
        [
            "The right to renew is given up",
            "“{0}”: the law gives a tenant one renewal (Housing Lease Protection Act, article 6-3).",
            "Strike this; such a waiver is void where it is to the tenant's disadvantage (article 10), but it invites a dispute.",
        ],
        [
            "계약갱신요구권을 포기합니다",
            "“{0}”: 임차인은 한 번 갱신을 요구할 수 있습니다(주택임대차보호법 제6조의3).",
            "이 조항을 지우세요. 임차인에게 불리한 약정은 무효이지만(제10조) 다툼의 원인이 됩니다.",
        ],
    ),
    (
        "return_delayed",
        [
            "The deposit comes back late",
            "“{0}”: it should come back when the home is handed over.",
            "Agree that it is returned on the day the lease ends, against the handover.",
        ],
        [
            "보증금을 늦게 돌려받습니다",
            "“{0}”: 보증금은 집을 인도할 때 돌려받아야 합니다.",
            "새 임차인과 관계없이 계약이 끝나는 날 인도와 동시에 돌려준다고 적으세요.",
        ],
    ),
    (
        "repairs_on_tenant",
        [
            "All repairs are the tenant's",
            "“{0}”: the landlord has to keep the home usable (Civil Act, article 623).",
            "Agree that the landlord repairs what is large and the tenant what is small.",
        ],
        [
            "수리 책임이 모두 임차인에게 있습니다",
            "“{0}”: 임대인은 집을 쓸 수 있게 유지할 의무가 있습니다(민법 제623조).",
            "주요 설비는 임대인, 소모품은 임차인이 맡는다고 나누어 적으세요.",
        ],
    ),
    (
        "restoration_unlimited",
        [
            "Ordinary wear must be restored",
            "“{0}”: ordinary wear is paid for by the rent.",
            "Except ordinary wear, and take photographs when you move in.",
        ],
        [
            "통상의 손모까지 원상복구합니다",
            "“{0}”: 통상적인 사용으로 생긴 손모는 임차인의 책임이 아닙니다.",
            "통상의 손모는 제외한다고 적고, 입주할 때 사진을 남기세요.",
        ],
    ),
    (
        "rent_raised_freely",
        [
            "The rent may rise freely",
            "“{0}”: it may rise by 5 % at a time (Housing Lease Protection Act, article 7).",
            "Agree on at most 5 %, once a year.",
        ],
        [
            "차임을 마음대로 올릴 수 있습니다",
            "“{0}”: 한 번에 5%까지만 올릴 수 있습니다(주택임대차보호법 제7조).",
            "1년에 한 번, 5% 이내로 정하세요.",
        ],
    ),
    (
        "entry_without_consent",
        [
            "The landlord may enter at will",
            "“{0}”: the home is yours to use while you rent it.",
            "Agree on notice and consent.",
        ],
        [
            "임대인이 마음대로 출입할 수 있습니다",
            "“{0}”: 임대차 기간에는 임차인이 집을 사용합니다.",
            "미리 알리고 동의를 받아 출입한다고 적으세요.",
        ],
    ),
    (
        "termination_one_sided",
        [
            "Only the other side may end it",
            "“{0}”",
            "Agree on the same right for both sides, with reasons.",
        ],
        [
            "상대방만 계약을 끝낼 수 있습니다",
            "“{0}”",
            "양쪽에 같은 권리를 주고 사유를 정하세요.",
        ],
    ),
    (
        "trust_without_consent",
        [
            "Held in trust, without the trustee",
            "“{0}”: the trustee is the owner. A contract without his consent does not bind him.",
            "Ask for the trust register and the written consent of the trustee and of the first beneficiary.",
        ],
        [
            "수탁자 동의가 없는 신탁 부동산",
            "“{0}”: 신탁된 부동산의 소유자는 수탁자입니다. 동의 없는 계약은 수탁자에게 효력이 없습니다.",
            "신탁원부를 떼어 보고 수탁자와 우선수익자의 서면 동의를 받으세요.",
        ],
    ),
    (
        "seizure_named",
        [
            "The property is seized",
            "“{0}”: it may be sold at an auction.",
            "Do not pay before it is struck from the register.",
        ],
        [
            "압류나 가처분이 있습니다",
            "“{0}”: 경매로 넘어갈 수 있습니다.",
            "등기에서 말소되기 전에는 돈을 보내지 마세요.",
        ],
    ),
    (
        "defects_waived",
        [
            "Claims for defects are given up",
            "“{0}”: hidden defects would be yours to pay (Civil Act, article 580).",
            "Keep the seller liable for at least six months.",
        ],
        [
            "하자 책임을 묻지 못합니다",
            "“{0}”: 숨은 하자의 비용을 떠안게 됩니다(민법 제580조).",
            "최소 6개월은 매도인이 책임진다고 적으세요.",
        ],
    ),
    (
        "unregistered_building",
        [
            "An illegal or unregistered building",
            "“{0}”: loans and guarantees may be refused, and fines go with the building.",
            "Look at the building register and have it put in order first.",
        ],
        [
            "위반건축물이거나 미등기입니다",
            "“{0}”: 대출과 보증이 거절되거나 이행강제금을 떠안을 수 있습니다.",
            "건축물대장을 확인하고 먼저 시정하게 하세요.",
        ],
    ),
    (
        "subletting",
        [
            "A sublease",
            "“{0}”: without the owner's consent he may evict you (Civil Act, article 629).",
            "Ask for the owner's written consent and the first lease.",
        ],
        [
            "전대차 계약입니다",
            "“{0}”: 소유자의 동의가 없으면 쫓겨날 수 있습니다(민법 제629조).",
            "소유자의 서면 동의와 원래 임대차 계약서를 확인하세요.",
        ],
    ),
    (
        "payment_before_handover",
        [
            "You pay before you get anything",
            "“{0}”: payment and handover, or transfer, belong together (Civil Act, article 568).",
            "Pay the last part against keys and documents.",
        ],
        [
            "먼저 돈을 다 냅니다",
            "“{0}”: 잔금과 인도·소유권 이전은 동시에 이루어져야 합니다(민법 제568조).",
            "열쇠와 등기 서류를 받으면서 잔금을 내세요.",
        ],
    ),
    (
        "double_contract",
        [
            "A second contract or another price",
            "“{0}”: reporting another price is fined (Act on Report on Real Estate Transactions) and can void tax relief.",
            "Refuse, and report the real price.",
        ],
        [
            "이중계약이나 거짓 신고",
            "“{0}”: 실제와 다른 금액을 신고하면 과태료를 내고 세금 혜택을 잃습니다(부동산 거래신고 등에 관한 법률).",
            "거절하고 실제 금액으로 신고하세요.",
        ],
    ),
];
