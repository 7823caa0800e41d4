/** ELECTRA, a BERT that finds replaced tokens, and its heads: Clark et al., arXiv 2003.10555. Not API. */
package io.tesserae.family.electra;
