import { useEffect, useRef, useState } from 'preact/hooks';
import type { Picture } from '../domain/picture.ts';
import { texts } from '../texts.ts';
import { Photo } from './photo.tsx';

/** A strip that snaps to one picture; thumbnails are links into it, so both work without script. */
export function Gallery({ pictures, shown }: { pictures: Picture[]; shown: number }) {
  const strip = useRef<HTMLOListElement>(null);
  const [current, setCurrent] = useState(shown);
  const show = (index: number) => {
    const element = strip.current;
    element?.scrollTo({ left: element.clientWidth * index });
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
        onScroll={({ currentTarget }) =>
          setCurrent(Math.round(currentTarget.scrollLeft / Math.max(1, currentTarget.clientWidth)))
        }
      >
        {pictures.length === 0 && (
          <li>
            <Photo picture={null} sizes="" loading="lazy" />
          </li>
        )}
        {pictures.map((picture, index) => (
          <li key={picture.src} id={`picture-${index + 1}`}>
            <Photo
              picture={picture}
              sizes="(min-width: 80rem) 42rem, (min-width: 60rem) 54vw, 100vw"
              loading={index === 0 ? 'first' : 'lazy'}
            />
          </li>
        ))}
      </ol>
      {pictures.length > 1 && (
        <ul class="thumbnails" role="list">
          {pictures.map((picture, index) => (
            <li key={picture.src}>
              <a
                href={`#picture-${index + 1}`}
                aria-label={texts.picture(index + 1, pictures.length)}
                aria-current={index === current ? 'true' : undefined}
                onClick={(event) => {
                  event.preventDefault();
                  show(index);
                }}
              >
                <Photo picture={picture} sizes="5rem" loading="lazy" isDecoration />
              </a>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
