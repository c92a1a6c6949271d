"""The two questions put to Zarinpal's GraphQL, in the names its documentation gives."""

from typing import Final

SESSION: Final = """
query Sessions($terminal_id: ID!, $reference_id: String, $limit: Int) {
  Session(terminal_id: $terminal_id, reference_id: $reference_id, limit: $limit) {
    id status amount authority reference_id created_at
    refund { id instant_payout { amount status reconciled_at } }
    timeline { verified_time refund_amount refund_time refund_status }
  }
}
"""

ADD_REFUND: Final = """
mutation AddRefund($session_id: ID!, $amount: BigInteger!, $description: String,
                   $method: InstantPayoutActionTypeEnum, $reason: RefundReasonEnum) {
  resource: AddRefund(session_id: $session_id, amount: $amount, description: $description,
                      method: $method, reason: $reason) {
    id amount timeline { refund_amount refund_time refund_status }
  }
}
"""
