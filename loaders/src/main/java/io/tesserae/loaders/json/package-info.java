/** JSON and text from outside, read strictly, with errors that name file and key. Not exported. */
package io.tesserae.loaders.json;
