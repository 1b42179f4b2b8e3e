import { imageWidths, type Image } from '@storefront/product/contract';

/** `srcset` names the widths the media store answers; width and height reserve the space. */
export type Picture = { src: string; srcset: string; width: number; height: number; alt: string };
export type Preview = { path: string; alt: string };

/** Never asks the media store for more pixels than the original has, except for the one width that covers it. */
export function pictureOf(image: Image): Picture {
  const covering = imageWidths.find((width) => width >= image.width) ?? imageWidths[imageWidths.length - 1];
  const widths = imageWidths.filter((width) => width <= (covering ?? 0));
  const address = (width: number) => `/media/${image.sha256}/${width}`;
  return {
    src: address(widths.find((width) => width >= 640) ?? widths[widths.length - 1] ?? 160),
    srcset: widths.map((width) => `${address(width)} ${width}w`).join(', '),
    width: image.width,
    height: image.height,
    alt: image.alt,
  };
}

/** Link previews and search engines want one large picture. */
export function previewOf(picture: Picture): Preview {
  const largest = picture.srcset.split(', ').at(-1)?.split(' ')[0];
  return { path: largest ?? picture.src, alt: picture.alt };
}
