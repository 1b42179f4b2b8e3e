import { useEffect, useRef, useState } from 'preact/hooks';
import type { Picture } from '../domain/picture.ts';
import { texts } from '../texts.ts';
import { Photo } from './photo.tsx';

/** A strip that snaps to one picture; thumbnails are links into it, so both work without script. */
export function Gallery({ pictures, shown }: { pictures: Picture[]; shown: number }) {
  const strip = useRef<HTMLOListElement>(null);
  const [current, setCurrent] = useState(0);
  const show = (index: number) => {
    strip.current?.scrollTo({ left: strip.current.clientWidth * index });
    setCurrent(index);
  };
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) show(shown);
    isFirst.current = false;
  }, [shown]);

  return (
    <div class="gallery">
      <ol
        class="gallery-strip"
        role="list"
        ref={strip}
        tabIndex={0}
        aria-label={texts.pictures}
        onScroll={({ currentTarget: { scrollLeft, clientWidth } }) =>
          setCurrent(Math.round(scrollLeft / Math.max(1, clientWidth)))
        }
      >
        {(pictures.length > 0 ? pictures : [null]).map((picture, index) => (
          <li key={index} id={`picture-${index + 1}`}>
            <Photo
              picture={picture}
              sizes="(min-width: 80rem) 42rem, (min-width: 60rem) 54vw, 100vw"
              loading={index === 0 ? 'first' : 'lazy'}
            />
          </li>
        ))}
      </ol>
      {pictures.length > 1 && <Thumbnails pictures={pictures} current={current} onChoose={show} />}
    </div>
  );
}

type ThumbnailsProps = { pictures: Picture[]; current: number; onChoose: (index: number) => void };

const Thumbnails = ({ pictures, current, onChoose }: ThumbnailsProps) => (
  <ul class="thumbnails" role="list">
    {pictures.map((picture, index) => (
      <li key={picture.src}>
        <a
          href={`#picture-${index + 1}`}
          aria-label={texts.picture(index + 1, pictures.length)}
          aria-current={index === current ? 'true' : undefined}
          onClick={(event) => {
            event.preventDefault();
            onChoose(index);
          }}
        >
          <Photo picture={picture} sizes="5rem" loading="soon" isDecoration />
        </a>
      </li>
    ))}
  </ul>
);
