/** Addresses of the pages and forms of a sale. */
export const places = {
  cart: '/cart',
  addItem: '/cart/items',
  item: (sku: string) => `/cart/items/${sku}`,
  checkout: '/checkout',
  order: (orderId: string) => `/orders/${orderId}`,
  /** Leads on to the bank when it asks, else back to the order. */
  payment: (orderId: string) => `/orders/${orderId}/payment`,
  pay: (orderId: string) => `/orders/${orderId}/payments`,
  cancel: (orderId: string) => `/orders/${orderId}/cancel`,
  events: (orderId: string) => `/orders/${orderId}/events`,
} as const;
