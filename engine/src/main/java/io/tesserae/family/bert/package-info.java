/** BERT, and its heads: Devlin et al., arXiv 1810.04805. Not API. */
package io.tesserae.family.bert;
