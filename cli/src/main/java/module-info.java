/** The command line. */
module io.tesserae.cli {
    requires com.google.gson;
    requires info.picocli;
    requires io.tesserae.examples.generalist;
    requires io.tesserae.pipelines;
    requires io.tesserae.server;
    requires io.tesserae.training;
    requires me.tongfei.progressbar;

    // It finds options by their annotations, and sets them.
    opens io.tesserae.cli to
            info.picocli;
    opens io.tesserae.cli.hub to
            info.picocli;
    opens io.tesserae.cli.input to
            info.picocli;
    opens io.tesserae.cli.model to
            info.picocli;
    opens io.tesserae.cli.option to
            info.picocli;
    opens io.tesserae.cli.output to
            info.picocli;
    opens io.tesserae.cli.run to
            info.picocli;
    opens io.tesserae.cli.run.agent to
            info.picocli;
    opens io.tesserae.cli.run.writing to
            info.picocli;
    opens io.tesserae.cli.serve to
            info.picocli;
    opens io.tesserae.cli.task to
            info.picocli;
    opens io.tesserae.cli.train to
            info.picocli;
}
