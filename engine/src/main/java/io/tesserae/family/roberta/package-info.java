/** RoBERTa, XLM-RoBERTa and CamemBERT, and their heads: Liu et al., arXiv 1907.11692. Not API. */
package io.tesserae.family.roberta;
