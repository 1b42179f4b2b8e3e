import type { Picture } from '../domain/picture.ts';

export type Loading = 'first' | 'soon' | 'lazy';

type Photo = {
  picture: Picture | null;
  /** How wide it is shown, for the browser's choice of file. */
  sizes: string;
  /** `first` is the largest thing a visitor sees at once; `lazy` is below the fold. */
  loading: Loading;
  /** Where a link beside it already says what it shows. */
  isDecoration?: boolean;
};

/** A frame keeps the place, so nothing moves when the picture arrives. */
export const Photo = ({ picture, sizes, loading, isDecoration = false }: Photo) => (
  <span class="photo">
    {picture && (
      <img
        src={picture.src}
        srcset={picture.srcset}
        sizes={sizes}
        width={picture.width}
        height={picture.height}
        alt={isDecoration ? '' : picture.alt}
        loading={loading === 'lazy' ? 'lazy' : 'eager'}
        fetchpriority={loading === 'first' ? 'high' : 'auto'}
        decoding="async"
      />
    )}
  </span>
);
