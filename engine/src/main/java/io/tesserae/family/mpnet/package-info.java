/** MPNet, whose attention knows distances, and its heads: Song et al., arXiv 2004.09297. Not API. */
package io.tesserae.family.mpnet;
