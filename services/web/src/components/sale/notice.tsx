import type { Notice as NoticeView } from '../../pages/sale/views.ts';

/** Said at once by a screen reader when it is in the way, and where the focus goes on a page that a form came back to. */
export const Notice = ({ notice, hasFocus = false }: { notice: NoticeView | null; hasFocus?: boolean }) =>
  notice && (
    <div
      class={`notice notice-${notice.tone}`}
      role={notice.tone === 'bad' ? 'alert' : 'status'}
      {...(hasFocus && { tabIndex: -1, autofocus: true })}
    >
      <h2>{notice.title}</h2>
      {notice.text && <p>{notice.text}</p>}
    </div>
  );
