//! What rules can find, by a stable name. The sentences stand in the catalogue, `crates/i18n`.

use super::Severity;

/// Something that a rule has found: all that is needed to put it into words (`i18n::concern::finding`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concern {
    /// Which rule.
    pub kind: Kind,
    /// How bad it is here.
    pub severity: Severity,
    /// The words of the document that the rule saw; empty when something is missing.
    pub quote: String,
    /// The number of the article in which they stand.
    pub article: Option<u16>,
    /// What fills the places of the sentence, in order: amounts in won, dates, names, words of the pattern.
    pub details: Vec<String>,
}

macro_rules! kinds {
    ($($name:ident = $code:literal, $severity:ident, $doc:literal;)*) => {
        /// What a rule looks for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Kind {
            $(#[doc = $doc] $name,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The stable spelling.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// How bad it is unless the rule knows better.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

kinds! {
    // Found by comparing the text with itself and with what was noted (stage `graph`).
    PriceDiffers = "price_differs", High, "The price is not the one that was noted.";
    DepositDiffers = "deposit_differs", High, "The deposit is not the one that was noted.";
    RentDiffers = "rent_differs", High, "The rent is not the one that was noted.";
    WordsAndDigitsDiffer = "words_and_digits_differ", High, "An amount in words is not the one in digits behind it.";
    PartsDoNotAdd = "parts_do_not_add", High, "The payments do not add up to the whole.";
    ContractDateDiffers = "contract_date_differs", Medium, "The day of signing is not the one that was noted.";
    BalanceDateDiffers = "balance_date_differs", Medium, "The day of the last payment is not the one that was noted.";
    MoveInDateDiffers = "move_in_date_differs", Medium, "The day of moving in is not the one that was noted.";
    DatesOutOfOrder = "dates_out_of_order", High, "A day comes before one that it has to follow.";
    CounterpartyDiffers = "counterparty_differs", High, "The other side is not the person that was noted.";
    OwnerDiffers = "owner_differs", Critical, "Who lets or sells is not the owner.";
    AccountOfAnother = "account_of_another", High, "Money goes to the account of somebody else.";
    // Found by patterns.
    AgentWithoutProxy = "agent_without_proxy", High, "An agent signs and nothing proves that he may.";
    DebtsRemain = "debts_remain", High, "A mortgage stands and nobody promises that it goes.";
    DebtsAboveValue = "debts_above_value", Critical, "Debts and deposit together come near the price or pass it.";
    DepositNearPrice = "deposit_near_price", High, "The deposit is a large share of the price.";
    NewDebtsAllowed = "new_debts_allowed", Critical, "The owner may take up debts that come before the deposit.";
    PenaltyTooHigh = "penalty_too_high", High, "A penalty above a tenth of the price or deposit.";
    PenaltyOneSided = "penalty_one_sided", High, "Only one side pays a penalty.";
    DownPaymentForfeit = "down_payment_forfeit", High, "The person loses money without a fault of his own.";
    PriorityWaived = "priority_waived", Critical, "The tenant gives up or delays what puts the deposit first.";
    RenewalWaived = "renewal_waived", High, "The tenant gives up the right to renew.";
    ReturnDelayed = "return_delayed", Critical, "The deposit comes back only when another tenant has paid, or late.";
    RepairsOnTenant = "repairs_on_tenant", Medium, "Every repair is the tenant's.";
    RestorationUnlimited = "restoration_unlimited", Medium, "The tenant restores ordinary wear too.";
    RentRaisedFreely = "rent_raised_freely", High, "The rent may be raised beyond the law's bound.";
    EntryWithoutConsent = "entry_without_consent", Medium, "The landlord may enter as he likes.";
    TerminationOneSided = "termination_one_sided", High, "Only the other side may end the contract.";
    TrustWithoutConsent = "trust_without_consent", Critical, "The property is held in trust and the trustee does not agree.";
    SeizureNamed = "seizure_named", Critical, "A seizure or provisional disposition lies on the property.";
    DefectsWaived = "defects_waived", High, "The buyer gives up claims for defects.";
    UnregisteredBuilding = "unregistered_building", High, "The building is illegal or not registered.";
    Subletting = "subletting", High, "Who lets is himself a tenant.";
    PaymentBeforeHandover = "payment_before_handover", High, "Everything is paid before the other side does anything.";
    DoubleContract = "double_contract", Critical, "A second contract with other amounts.";
    // Missing.
    NoDepositReturn = "no_deposit_return", High, "Nothing says when the deposit comes back.";
    NoHandoverDate = "no_handover_date", Medium, "Nothing says when the property is handed over.";
    NoSpecialTerms = "no_special_terms", Low, "There are no special terms.";
    NoTermination = "no_termination", Medium, "Nothing says how the contract ends early.";
    NoPenalty = "no_penalty", Low, "Nothing says what a breach costs.";
    NoTaxArrears = "no_tax_arrears", Medium, "Nothing says that the landlord owes no taxes.";
    NoNewDebtsPromise = "no_new_debts_promise", Medium, "Nobody promises to take up no debts before the tenant has priority.";
    NoOwnershipTransfer = "no_ownership_transfer", High, "Nothing says when the ownership passes.";
    NoRightsCleared = "no_rights_cleared", Medium, "Nobody promises a property free of other rights.";
    NoBroker = "no_broker", Low, "No broker has confirmed anything.";
    NoRepairClause = "no_repair_clause", Low, "Nothing says who repairs what.";
}

impl Kind {
    /// Whether something is missing; then there is no quote.
    pub const fn is_missing(self) -> bool {
        matches!(
            self,
            Self::NoDepositReturn
                | Self::NoHandoverDate
                | Self::NoSpecialTerms
                | Self::NoTermination
                | Self::NoPenalty
                | Self::NoTaxArrears
                | Self::NoNewDebtsPromise
                | Self::NoOwnershipTransfer
                | Self::NoRightsCleared
                | Self::NoBroker
                | Self::NoRepairClause
        )
    }

    /// Reads the stable spelling.
    pub fn parse(raw: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == raw)
    }
}

impl Concern {
    /// Of the usual severity, without details.
    pub fn new(kind: Kind, quote: impl Into<String>) -> Self {
        Self {
            kind,
            severity: kind.severity(),
            quote: quote.into(),
            article: None,
            details: Vec::new(),
        }
    }

    /// With something for the next place of its sentence.
    #[must_use]
    pub fn with(mut self, detail: impl ToString) -> Self {
        self.details.push(detail.to_string());
        self
    }

    /// With the article in which it stands.
    #[must_use]
    pub const fn at(mut self, article: Option<u16>) -> Self {
        self.article = article;
        self
    }

    /// With another severity.
    #[must_use]
    pub const fn grave(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}
