/** The command line. */
module io.tesserae.cli {
    requires com.google.gson;
    requires info.picocli;
    requires io.tesserae.pipelines;
    requires me.tongfei.progressbar;

    opens io.tesserae.cli to
            info.picocli; // which finds options by their annotations, and sets them
}
