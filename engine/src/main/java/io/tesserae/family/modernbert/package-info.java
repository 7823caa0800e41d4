/** ModernBERT and its heads: Warner et al., arXiv 2412.13663. Not API. */
package io.tesserae.family.modernbert;
