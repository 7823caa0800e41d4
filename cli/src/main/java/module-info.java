/** The command line. */
module io.tesserae.cli {
    requires io.tesserae.pipelines;
    requires info.picocli;
    requires me.tongfei.progressbar;
}
