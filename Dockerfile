# The command line in an image of some 200 MB, without a JDK in it: the distribution that brings its own Java.
#
#   docker build -t tesserae .
#   docker run --rm tesserae run sentiment-analysis "The actors were very convincing."
#   docker run --rm -p 8080:8080 tesserae serve --host 0.0.0.0
#   docker run --rm -v tesserae-models:/cache tesserae run fill-mask --model google-bert/bert-base-uncased "A [MASK] day."
FROM maven:3-eclipse-temurin-25 AS build
RUN apt-get update && apt-get install --yes --no-install-recommends unzip
WORKDIR /build
COPY . .
RUN mvn --batch-mode --no-transfer-progress --quiet -Dmaven.test.skip=true package --projects distribution --also-make \
    && unzip -q distribution/target/tesserae-*-linux-*.zip -d /opt \
    && mv /opt/tesserae-* /opt/tesserae

FROM debian:stable-slim
COPY --from=build /opt/tesserae /opt/tesserae
# Models are downloaded into /cache, and a user of no name may write there.
ENV HF_HOME=/cache
RUN mkdir /cache && chown 10001 /cache
USER 10001
VOLUME /cache
# Where "serve" listens; in a container it has to be told --host 0.0.0.0.
EXPOSE 8080
# It ends on it, and answers first what it has accepted.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/opt/tesserae/bin/tesserae"]
CMD ["--help"]
