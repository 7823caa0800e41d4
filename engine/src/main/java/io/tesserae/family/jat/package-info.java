/** JAT, the open model of GATO's kind: Gallouédec et al., arXiv 2402.09844. */
package io.tesserae.family.jat;
