import { defineConfig } from 'vite';

/** Built twice: what the browser loads (with a manifest of hashed names), and the renderer that main.ts loads. */
export default defineConfig(({ isSsrBuild }) => ({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  publicDir: isSsrBuild ? false : 'public',
  build: isSsrBuild
    ? {
        outDir: 'dist/server',
        emptyOutDir: true,
        target: 'node24',
        rolldownOptions: { input: 'src/components/render.tsx' },
      }
    : {
        manifest: 'manifest.json',
        outDir: 'dist/client',
        emptyOutDir: true,
        assetsInlineLimit: 0,
        modulePreload: false,
        target: 'es2022',
        rolldownOptions: { input: 'src/client/main.ts' },
      },
}));
