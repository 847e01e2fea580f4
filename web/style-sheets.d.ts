/** Types the imports of style sheets, which Vite bundles with the script that imports them. */
declare module '*.css';
