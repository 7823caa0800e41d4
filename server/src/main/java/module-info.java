/** Models behind HTTP. */
@SuppressWarnings("requires-automatic") // the library of metrics has no module descriptors
module io.tesserae.server {
    requires transitive io.tesserae.pipelines;
    requires com.google.gson;
    requires io.prometheus.metrics.core;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires org.eclipse.jetty.http2.server;
    requires org.eclipse.jetty.server;
    requires io.prometheus.metrics.config;

    exports io.tesserae.server;
    exports io.tesserae.server.model;
}
