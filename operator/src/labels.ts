/** By which the objects of a Storefront are found. */
export const storefrontLabel = 'storefront.dev/storefront';
export const componentLabel = 'app.kubernetes.io/component';
