/** GATO: one transformer for words, numbers, pictures and actions. Reed et al., arXiv 2205.06175. Not API. */
package io.tesserae.family.gato;
