/** GPT-2, and its heads: Radford et al., "Language Models are Unsupervised Multitask Learners", 2019. Not API. */
package io.tesserae.family.gpt2;
