/** LLaMA, and its heads: Touvron et al., arXiv 2302.13971. Not API. */
package io.tesserae.family.llama;
