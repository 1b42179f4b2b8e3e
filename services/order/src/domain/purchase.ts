import { checkout } from './checkout.ts';
import { fulfilment } from './fulfilment.ts';
import { orderSaga } from './order.ts';
import { refunding } from './refunding.ts';
import { saga, type ActsOf, type Saga } from './saga.ts';

/** The whole way of an order. What goes wrong in its second half undoes the first too. */
export const purchase = saga([...checkout, ...fulfilment]);

/** The steps of a run by its saga's name. */
export const sagaOf = (name: string): Saga => (name === orderSaga ? purchase : refunding);

/** `Acts<typeof checkout, Act>`: an object with one act for each of its names. */
export type Acts<Steps extends Saga, Act> = ActsOf<Steps, Act>;
