/** What the databases and the ledgers of Stripe and the carrier say, in the auditor's own words: it shares no code with who wrote it. */

export type Snapshot = {
  takenAt: Date;
  buckets: readonly BucketSeen[];
  orders: readonly OrderSeen[];
  /** What an order's sagas are doing. */
  runs: readonly RunSeen[];
  orderRefunds: readonly OrderRefundSeen[];
  mails: readonly MailSeen[];
  payments: readonly PaymentSeen[];
  paymentRefunds: readonly RefundSeen[];
  intents: readonly IntentSeen[];
  shipments: readonly ShipmentSeen[];
  labels: readonly LabelSeen[];
  stock: readonly StockSeen[];
  movements: readonly MovementSeen[];
  sent: readonly EventSeen[];
  applied: readonly AppliedSeen[];
  queues: readonly QueueSeen[];
};

/** A bucket that a shard says it may write. */
export type BucketSeen = { shard: string; bucket: number; epoch: number };

export type OrderSeen = {
  shard: string;
  bucket: number;
  orderId: string;
  number: string;
  cartId: string;
  state: string;
  currency: string;
  totalMinor: number;
  capturedMinor: number;
  refundedMinor: number;
  /** Units by SKU. */
  goods: Readonly<Record<string, number>>;
  placedAt: Date;
  /** Of the newest entry of its history, and how many entries there are. */
  sequence: number;
  entries: number;
};

export type RunSeen = {
  orderId: string;
  saga: string;
  step: string;
  status: string;
  dueAt: Date;
  deadlineAt: Date | null;
};

export type MailSeen = { orderId: string; kind: string; status: string; dueAt: Date };

export type RefundSeen = { orderId: string; refundId: string; amountMinor: number; status: string };

/** `restock`: its units are put back in stock. */
export type OrderRefundSeen = RefundSeen & { restock: boolean };

/** The payment service's own record. */
export type PaymentSeen = {
  shard: string;
  orderId: string;
  status: string;
  intentId: string | null;
  capturedMinor: number;
};

/** Stripe's side; `orderId` out of the metadata. */
export type IntentSeen = {
  intentId: string;
  orderId: string;
  currency: string;
  captures: number;
  /** Held on the card now. */
  authorizedMinor: number;
  capturedMinor: number;
  refundedMinor: number;
};

export type ShipmentSeen = { shard: string; shipmentId: string; orderId: string; parcel: number; status: string };

/** The carrier's side: a label that was paid for; `shipmentId` is the reference it was bought with. */
export type LabelSeen = { carrierShipment: string; shipmentId: string | null; isVoided: boolean };

export type StockSeen = {
  sku: string;
  onHand: number;
  available: number;
  held: number;
  claimed: number;
  holds: readonly { orderId: string; units: number; isClaimed: boolean; expiresAt: Date | null }[];
};

/** `sequence` and `onHandAfter` are null while a movement waits for its place in the ledger. */
export type MovementSeen = {
  movementId: string;
  sku: string;
  units: number;
  reason: string;
  orderId: string | null;
  sequence: number | null;
  onHandAfter: number | null;
};

/** A row of an outbox, or a document that waits to be told of. */
export type EventSeen = { service: string; messageId: string; type: string; subject: string; isSent: boolean };
/** A row of an inbox. */
export type AppliedSeen = { shard: string; consumer: string; messageId: string };

export type QueueSeen = { name: string; messages: number; isDeadLetters: boolean };
