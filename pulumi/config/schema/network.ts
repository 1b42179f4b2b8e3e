import { z } from 'zod';
import { Cidr } from './value.ts';

export const Network = z.strictObject({
  /** Nodes and internal load balancers. */
  nodes: Cidr,
  pods: Cidr,
  services: Cidr,
  /** Given to Google's producers: Cloud SQL and Memorystore for Redis live here. */
  producers: Cidr,
  /** Endpoints of Private Service Connect: Memorystore for Valkey. */
  endpoints: Cidr,
});
