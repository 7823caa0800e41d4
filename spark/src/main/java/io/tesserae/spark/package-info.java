/**
 * Pipelines in Apache Spark: {@linkplain io.tesserae.spark.PipelineTransformer transformers of spark.ml} for data sets, {@linkplain
 * io.tesserae.spark.TesseraeFunctions functions} for SQL. API.
 */
package io.tesserae.spark;
