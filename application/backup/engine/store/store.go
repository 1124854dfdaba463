// Package store keeps a dump's objects in an S3 bucket. Nothing touches the disk.
package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// Pieces of a multipart upload. Memory per upload is piece × (uploads at once + 1).
const (
	pieceBytes = 8 << 20
	uploads    = 2
)

// ErrExists says that an object that is written once is there already.
var ErrExists = errors.New("the object exists already")

// ErrMissing says that there is no such object.
var ErrMissing = errors.New("no such object")

// Store is a folder of a bucket. It may be used by several goroutines.
type Store struct {
	client   *s3.Client
	transfer *transfermanager.Client
	bucket   string
	prefix   string
}

// Open takes credentials and region from where every AWS SDK does: environment, the task's role, a profile.
// AWS_ENDPOINT_URL sends it to another S3, whose buckets are then addressed by path.
func Open(ctx context.Context, location string) (*Store, error) {
	bucket, prefix, err := parse(location)
	if err != nil {
		return nil, err
	}
	settings, err := config.LoadDefaultConfig(ctx, config.WithRetryMaxAttempts(6))
	if err != nil {
		return nil, fmt.Errorf("AWS settings: %w", err)
	}
	client := s3.NewFromConfig(settings, func(options *s3.Options) {
		options.UsePathStyle = settings.BaseEndpoint != nil
		// Parts are read from the wire and from pipes: they cannot be hashed before they are sent.
		options.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	})
	transfer := transfermanager.New(client, func(options *transfermanager.Options) {
		options.PartSizeBytes = pieceBytes
		options.MultipartUploadThreshold = pieceBytes
		options.Concurrency = uploads
		options.ChecksumAlgorithm = types.ChecksumAlgorithmCrc32
		options.FailTimeout = 30 * time.Second // an upload that fails is taken away, also when we are told to stop
	})
	return &Store{client: client, transfer: transfer, bucket: bucket, prefix: prefix}, nil
}

func parse(location string) (bucket, prefix string, err error) {
	address, err := url.Parse(location)
	if err != nil || address.Scheme != "s3" || address.Host == "" {
		return "", "", fmt.Errorf("%q is no place in S3; one looks like s3://bucket/database/2026/11/27/nightly", location)
	}
	return address.Host, strings.Trim(address.Path, "/"), nil
}

// Location of the folder as people write it.
func (s *Store) Location() string { return "s3://" + s.bucket + "/" + s.prefix }

// Prefix of the folder's keys, without a slash at its end.
func (s *Store) Prefix() string { return s.prefix }

func (s *Store) key(name string) *string { return aws.String(s.prefix + "/" + name) }

// Stream uploads what body gives, in pieces with a CRC-32 each, which S3 checks (the manifest has the SHA-256). When body fails there is no object.
func (s *Store) Stream(ctx context.Context, name string, body io.Reader) error {
	_, err := s.transfer.UploadObject(ctx, &transfermanager.UploadObjectInput{
		Bucket: &s.bucket, Key: s.key(name), Body: body, ContentType: aws.String("application/zstd"),
	})
	return wrap("upload of "+name, err)
}

// Put writes a small object; once says that it must not be there yet.
func (s *Store) Put(ctx context.Context, name string, content []byte, once bool) error {
	input := &s3.PutObjectInput{
		Bucket: &s.bucket, Key: s.key(name), Body: bytes.NewReader(content), ContentType: aws.String("application/json"),
		ChecksumAlgorithm: "SHA256",
	}
	if once {
		input.IfNoneMatch = aws.String("*")
	}
	_, err := s.client.PutObject(ctx, input)
	return wrap("upload of "+name, err)
}

// Get reads a small object.
func (s *Store) Get(ctx context.Context, name string) ([]byte, error) {
	body, err := s.Open(ctx, name)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	content, err := io.ReadAll(body)
	return content, wrap("download of "+name, err)
}

// Open begins to read an object.
func (s *Store) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	output, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.bucket, Key: s.key(name)})
	if err != nil {
		return nil, wrap("download of "+name, err)
	}
	return output.Body, nil
}

// Sizes of all objects of a folder, in bytes, by name.
func (s *Store) Sizes(ctx context.Context, folder string) (map[string]int64, error) {
	sizes := map[string]int64{}
	pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: s.key(folder)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, wrap("list of "+s.Location(), err)
		}
		for _, object := range page.Contents {
			sizes[strings.TrimPrefix(*object.Key, s.prefix+"/")] = aws.ToInt64(object.Size)
		}
	}
	return sizes, nil
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		switch response.HTTPStatusCode() {
		case http.StatusNotFound:
			var api smithy.APIError
			if !errors.As(err, &api) || api.ErrorCode() != "NoSuchBucket" {
				return fmt.Errorf("%s: %w", what, ErrMissing)
			}
		case http.StatusPreconditionFailed:
			return fmt.Errorf("%s: %w", what, ErrExists)
		}
	}
	return fmt.Errorf("%s: %w", what, err)
}
