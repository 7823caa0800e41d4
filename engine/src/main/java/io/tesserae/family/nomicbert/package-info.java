/** NomicBERT and its heads: Nussbaum et al., arXiv 2402.01613. Not API. */
package io.tesserae.family.nomicbert;
