import type { ComponentType } from 'preact';

type Island<Props extends object> = { name: string; component: ComponentType<Props>; props: Props };

/** A part of the page that the browser takes over; its props travel as an attribute, since the policy bars inline script. */
export function Island<Props extends object>({ name, component: Component, props }: Island<Props>) {
  return (
    <div class={`island ${name}`} data-island={name} data-props={JSON.stringify(props)}>
      <Component {...props} />
    </div>
  );
}
