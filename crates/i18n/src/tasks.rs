//! The tasks that follow from contracts (CON-2): key of the template, then title and explanation in English and in Korean. The legal sources
//! stand beside the templates.

/// One task in both languages.
pub(crate) struct Task {
    /// The template's key.
    pub key: &'static str,
    /// Title and explanation.
    pub english: (&'static str, &'static str),
    /// Title and explanation.
    pub korean: (&'static str, &'static str),
}

/// What the dates of a contract are called in a calendar.
pub(crate) const DATES: &[(&str, &str, &str)] = &[
    ("contract_date", "Contract is signed", "계약일"),
    ("interim_date", "Interim payment", "중도금 지급일"),
    ("balance_date", "Balance payment", "잔금 지급일"),
    ("move_in_date", "Moving in", "입주일"),
    ("lease_end_date", "Lease ends", "임대차 만료일"),
    // In front of what is done.
    ("done", "Done", "완료"),
];

pub(crate) const TASKS: &[Task] = &[
    Task {
        key: "register_before_contract",
        english: (
            "Check the property register before signing",
            "Get the register extract yourself and compare the owner with the person who signs. Look for mortgages, seizures and provisional registrations, and for who else comes before you.",
        ),
        korean: (
            "계약 전 등기사항증명서 확인",
            "등기사항증명서를 직접 발급받아 소유자와 계약 상대방이 같은 사람인지 확인하세요. 근저당권, 압류, 가등기 등 앞선 권리도 살펴보세요.",
        ),
    },
    Task {
        key: "landlord_disclosure",
        english: (
            "Landlord's information and tax certificates",
            "When the contract is made, the landlord shows which earlier leases have fixed dates and deposits, and that national and local taxes are paid.",
        ),
        korean: (
            "임대인 정보 및 납세증명서 제시",
            "계약을 체결할 때 임대인은 확정일자 부여 현황과 보증금 등 선순위 임대차 정보, 국세·지방세 납세증명서를 제시해야 합니다.",
        ),
    },
    Task {
        key: "brokerage_certificate",
        english: (
            "Broker's confirmation and guarantee certificate",
            "The broker hands over the signed confirmation of the property and a copy of the guarantee certificate. Check the amount and whether the guarantee covers the day of the contract.",
        ),
        korean: (
            "중개대상물 확인·설명서와 공제증서 수령",
            "공인중개사에게 중개대상물 확인·설명서와 공제증서 사본을 받아 보장 금액과 보장 기간에 계약일이 포함되는지 확인하세요.",
        ),
    },
    Task {
        key: "contract_payment",
        english: (
            "Sign and transfer the down payment",
            "The down payment goes to the owner's own account. Both sides keep a signed copy and the receipt.",
        ),
        korean: (
            "계약서 작성 및 계약금 지급",
            "계약금은 소유자 본인 명의의 계좌로 보내고, 서명한 계약서와 영수증을 양쪽이 한 부씩 보관하세요.",
        ),
    },
    Task {
        key: "lease_report",
        english: (
            "Report the lease (within 30 days)",
            "Landlord and tenant report a lease with a deposit above 60 million won or a rent above 300,000 won within 30 days of the contract; one of them may hand in the signed contract. The report gives the fixed date as well.",
        ),
        korean: (
            "주택 임대차 계약 신고(30일 이내)",
            "보증금 6천만 원 또는 월차임 30만 원을 넘는 계약은 계약 체결일부터 30일 이내에 임대인과 임차인이 공동으로 신고해야 합니다. 계약서를 제출하면 한 사람만 신고해도 되며 확정일자도 함께 부여됩니다.",
        ),
    },
    Task {
        key: "transaction_report",
        english: (
            "Report the sale (within 30 days)",
            "The actual price is reported within 30 days of the contract: by the broker if there is one, else by seller and buyer together. Ask the broker for the certificate of the report.",
        ),
        korean: (
            "부동산 거래 신고(30일 이내)",
            "계약 체결일부터 30일 이내에 실제 거래가격을 신고해야 합니다. 중개 거래는 공인중개사가, 직거래는 매도인과 매수인이 공동으로 신고합니다. 신고필증을 꼭 받아 두세요.",
        ),
    },
    Task {
        key: "interim_payment",
        english: (
            "Interim payment",
            "Look at the register once more before the money leaves. After the interim payment neither side can step back by giving up the down payment.",
        ),
        korean: (
            "중도금 지급",
            "송금 전에 등기사항증명서를 다시 확인하세요. 중도금을 지급한 뒤에는 계약금을 포기하거나 배액을 상환하는 방법으로 해제할 수 없습니다.",
        ),
    },
    Task {
        key: "transfer_documents",
        english: (
            "Prepare the papers for the transfer",
            "Seal certificate for the sale with the buyer's particulars, registration identification, abstract of the resident register with former addresses.",
        ),
        korean: (
            "소유권 이전 서류 준비",
            "매수인 인적 사항이 기재된 매도용 인감증명서, 등기필정보(등기권리증), 주소 이력이 포함된 주민등록초본을 준비하세요.",
        ),
    },
    Task {
        key: "mortgage_release",
        english: (
            "Arrange the release of mortgages",
            "Ask the bank for the amount owed on the day of the balance and for the papers of the release.",
        ),
        korean: (
            "근저당권 말소 준비",
            "은행에 잔금일 기준 상환 금액을 확인하고 근저당권 말소에 필요한 서류를 요청하세요.",
        ),
    },
    Task {
        key: "register_before_balance",
        english: (
            "Check the register again before the balance",
            "Make sure that nothing was registered since the contract. If something was, do not pay before it is cleared.",
        ),
        korean: (
            "잔금 전 등기사항증명서 재확인",
            "계약 이후 새로 설정된 권리가 없는지 확인하세요. 변동이 있다면 해결되기 전까지 잔금을 지급하지 마세요.",
        ),
    },
    Task {
        key: "balance_payment",
        english: (
            "Balance payment",
            "The balance is paid to the owner's own account against the keys and the papers that the contract names.",
        ),
        korean: (
            "잔금 지급",
            "잔금은 소유자 본인 명의의 계좌로 지급하고, 열쇠와 계약서에서 정한 서류를 동시에 주고받으세요.",
        ),
    },
    Task {
        key: "brokerage_fee",
        english: (
            "Pay the brokerage fee",
            "Unless agreed otherwise, the fee is due on the day of the balance. Check it against the highest rate of the region and ask for a receipt.",
        ),
        korean: (
            "중개보수 지급",
            "별도의 약정이 없으면 거래대금 지급이 완료된 날에 지급합니다. 지역별 상한 요율을 확인하고 현금영수증을 받으세요.",
        ),
    },
    Task {
        key: "utilities_settlement",
        english: (
            "Settle utilities",
            "Read the meters of electricity, gas and water, and settle them and the management fee up to this day.",
        ),
        korean: (
            "공과금 정산",
            "전기·가스·수도 계량기를 확인하고 이날까지의 공과금과 관리비를 정산하세요.",
        ),
    },
    Task {
        key: "management_deposit",
        english: (
            "Settle the management deposit",
            "The deposit for management fees stays with the building: the buyer pays it back to the seller. The long-term repair reserve is the owner's; tenants who paid it get it back from the owner.",
        ),
        korean: (
            "선수관리비(관리비예치금) 정산",
            "선수관리비는 매수인이 매도인에게 지급하고 승계합니다. 장기수선충당금은 소유자가 부담하므로 임차인이 낸 금액이 있으면 소유자가 돌려줍니다.",
        ),
    },
    Task {
        key: "handover",
        english: (
            "Hand the home over and record its condition",
            "Walk through the home together, take pictures of damage, and count keys, remote controls and cards.",
        ),
        korean: (
            "주택 인도 및 상태 기록",
            "함께 집 안을 살펴보며 하자를 사진으로 남기고 열쇠, 리모컨, 출입카드의 개수를 확인하세요.",
        ),
    },
    Task {
        key: "resident_registration",
        english: (
            "Register the new address (within 14 days)",
            "Register at the community centre or online within 14 days of moving in.",
        ),
        korean: (
            "전입신고(14일 이내)",
            "새로운 거주지로 옮긴 날부터 14일 이내에 주민센터나 온라인으로 전입신고를 하세요.",
        ),
    },
    Task {
        key: "acquisition_tax",
        english: (
            "Pay the acquisition tax (within 60 days)",
            "It is reported and paid within 60 days of the balance, and before the registration of the transfer. Late tax costs a surcharge.",
        ),
        korean: (
            "취득세 신고·납부(60일 이내)",
            "잔금 지급일부터 60일 이내, 소유권 이전 등기를 신청하기 전에 신고하고 납부하세요. 기한을 넘기면 가산세가 부과됩니다.",
        ),
    },
    Task {
        key: "ownership_transfer",
        english: (
            "Apply for the registration of the transfer (within 60 days)",
            "Ownership passes with the registration. It is applied for within 60 days of the balance; a later application is fined. Most buyers do it on the day itself.",
        ),
        korean: (
            "소유권 이전 등기 신청(60일 이내)",
            "등기를 해야 소유권을 취득합니다. 잔금 지급일부터 60일 이내에 신청해야 하며 늦으면 과태료가 부과됩니다. 보통 잔금 당일에 신청합니다.",
        ),
    },
    Task {
        key: "register_after_transfer",
        english: (
            "Check the register after the transfer",
            "Get a new extract: your name, your share and the release of the seller's mortgages.",
        ),
        korean: (
            "이전 등기 후 등기사항증명서 확인",
            "새로 발급받아 본인 명의와 지분, 매도인의 근저당권 말소 여부를 확인하세요.",
        ),
    },
    Task {
        key: "capital_gains_tax",
        english: (
            "File the capital gains tax (two months from the end of the month)",
            "The preliminary return is due within two months of the end of the month of the balance, also if there is no gain.",
        ),
        korean: (
            "양도소득세 예정신고(양도월 말일부터 2개월)",
            "잔금일이 속한 달의 말일부터 2개월 이내에 예정신고를 해야 합니다. 양도차익이 없어도 신고 대상입니다.",
        ),
    },
    Task {
        key: "move_in_report",
        english: (
            "Report moving in, on the day itself",
            "Together with living there it protects the lease against everybody from midnight of the next day. Do it on the day of moving in, online if it is a day off.",
        ),
        korean: (
            "전입신고(입주 당일)",
            "입주와 전입신고를 마치면 다음 날 0시부터 대항력이 생깁니다. 휴일이라도 온라인으로 입주 당일에 신고하세요.",
        ),
    },
    Task {
        key: "fixed_date",
        english: (
            "Get the fixed date, on the day itself",
            "The fixed date on the contract puts the deposit before later creditors. The community centre, the internet registry or the report of the lease gives it.",
        ),
        korean: (
            "확정일자 받기(입주 당일)",
            "확정일자를 받으면 후순위 권리자보다 먼저 보증금을 돌려받을 수 있습니다. 주민센터, 인터넷등기소 또는 임대차 신고로 받을 수 있습니다.",
        ),
    },
    Task {
        key: "register_on_move_in",
        english: (
            "Check the register on the day of moving in",
            "A mortgage that is registered today comes before your protection, which begins tomorrow. If there is one, call the landlord and the broker at once.",
        ),
        korean: (
            "입주 당일 등기사항증명서 확인",
            "대항력은 다음 날부터 생기므로 오늘 설정된 근저당권이 앞설 수 있습니다. 변동이 있으면 즉시 임대인과 공인중개사에게 연락하세요.",
        ),
    },
    Task {
        key: "deposit_guarantee",
        english: (
            "Insure the return of the deposit (before half of the lease has passed)",
            "The guarantee of HUG for the return of the deposit can be taken out before half of the lease has passed. The earlier, the longer it protects.",
        ),
        korean: (
            "전세보증금 반환보증 가입(계약기간 1/2 경과 전)",
            "주택도시보증공사(HUG)의 전세보증금 반환보증은 계약기간의 절반이 지나기 전까지 신청할 수 있습니다. 일찍 가입할수록 오래 보호받습니다.",
        ),
    },
    Task {
        key: "deposit_funds",
        english: (
            "Plan how the deposit is paid back",
            "The whole deposit is due on the last day of the lease. Find the next tenant or the money in time.",
        ),
        korean: (
            "보증금 반환 자금 계획",
            "임대차 만료일에 보증금 전액을 돌려주어야 합니다. 다음 임차인을 구하거나 자금을 미리 준비하세요.",
        ),
    },
    Task {
        key: "first_rent",
        english: (
            "First rent",
            "Move this to the day that the contract names, and set up a standing order. A rent that is owed for two months can end the lease.",
        ),
        korean: (
            "첫 월세",
            "계약서에서 정한 날짜로 조정하고 자동이체를 설정하세요. 차임을 2기분 이상 연체하면 계약이 해지될 수 있습니다.",
        ),
    },
    Task {
        key: "rent_records",
        english: (
            "Keep records for the tax credit on rent",
            "Keep the contract and the receipts of the transfers: with the address registered, part of the rent counts against the income tax of the year.",
        ),
        korean: (
            "월세 세액공제 자료 보관",
            "계약서와 이체 내역을 보관하세요. 전입신고를 했다면 연말정산에서 월세 세액공제를 받을 수 있습니다.",
        ),
    },
    Task {
        key: "renewal_window",
        english: (
            "Notices about the renewal can be given from today",
            "From six months before the end the tenant can ask for a renewal, and the landlord can refuse it or propose other terms.",
        ),
        korean: (
            "갱신 통지 기간 시작",
            "만료 6개월 전부터 임차인은 계약갱신을 요구할 수 있고, 임대인은 갱신 거절이나 조건 변경을 통지할 수 있습니다.",
        ),
    },
    Task {
        key: "renewal_notice",
        english: (
            "Last day for a notice about the renewal",
            "A notice has to arrive by the end of this day, two months before the end of the lease. Without one the lease is renewed on the same terms.",
        ),
        korean: (
            "갱신 관련 통지 마감일",
            "만료 2개월 전까지인 오늘 안에 통지가 상대방에게 도달해야 합니다. 통지가 없으면 같은 조건으로 묵시적 갱신이 됩니다.",
        ),
    },
    Task {
        key: "deposit_return",
        english: (
            "Return of the deposit against the home",
            "The deposit is paid back when the home is handed over. If it is not paid, do not move out and do not move the registration before the registration of the lease is ordered by the court.",
        ),
        korean: (
            "보증금 반환 및 주택 인도",
            "보증금 반환과 주택 인도는 동시에 이루어집니다. 보증금을 받지 못했다면 임차권등기가 완료되기 전에 이사하거나 전출하지 마세요.",
        ),
    },
    Task {
        key: "repair_reserve",
        english: (
            "Settle the long-term repair reserve",
            "The reserve that the tenant paid with the management fee is the owner's cost. Ask the management office for the statement; the landlord pays it back.",
        ),
        korean: (
            "장기수선충당금 정산",
            "임차인이 관리비와 함께 낸 장기수선충당금은 소유자가 부담합니다. 관리사무소에서 납부확인서를 받아 임대인에게 돌려받으세요.",
        ),
    },
];
