const shapes = {
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13Zm4.8 11.3L20 20',
  chevron: 'm6 9 6 6 6-6',
  arrow: 'M5 12h14m-6-6 6 6-6 6',
  close: 'm6 6 12 12M18 6 6 18',
  filters: 'M4 7h10m4 0h2M4 17h2m4 0h10M14 5v4M10 15v4',
  cart: 'M3 4h2.2l2.3 11h10l2.3-8H6M9 19.5h.01M16.5 19.5h.01',
  lock: 'M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6Z',
  check: 'm5 12.5 4.5 4.5L19 7.5',
};

/** Decoration only: the text beside it says the same. */
export const Icon = ({ shape }: { shape: keyof typeof shapes }) => (
  <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
    <path
      d={shapes[shape]}
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
    />
  </svg>
);

/** The shop's sign: an awning over a door. */
export const Sign = () => (
  <svg class="sign" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true" focusable="false">
    <rect class="sign-ground" width="32" height="32" rx="9" />
    <path
      class="sign-awning"
      d="M6 8h20l1.5 6a3.4 3.4 0 0 1-6.6.9 3.4 3.4 0 0 1-6.5 0 3.4 3.4 0 0 1-3.4 2.3A3.4 3.4 0 0 1 4.5 14Z"
    />
    <path class="sign-door" d="M8 19.5h16V25H8Z" />
  </svg>
);
