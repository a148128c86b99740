import type { Plugin } from 'esbuild';

export declare const wasm: Plugin;
