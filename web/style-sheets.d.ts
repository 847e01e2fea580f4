/** Style sheets that come with a part of the page which is loaded when it is needed; vite reads these imports. */
declare module '*.css';
