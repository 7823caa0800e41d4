/** DeBERTa-v2 and v3, and their heads: He et al., arXiv 2006.03654 and 2111.09543. Not API. */
package io.tesserae.family.debertav2;
